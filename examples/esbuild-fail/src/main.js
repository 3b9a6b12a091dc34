import cat from './cat.jpg'
import cutOff from './cut-off.jpg'

for (const src of [cat, cutOff]) document.body.append(Object.assign(new Image(), { src }))
