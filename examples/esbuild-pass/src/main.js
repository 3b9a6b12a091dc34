import cat from './cat.jpg'

document.body.append(Object.assign(new Image(), { src: cat, alt: 'A cat' }))
