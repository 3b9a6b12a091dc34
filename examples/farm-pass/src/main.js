import hero from './hero.jpg'

document.querySelector('#hero').src = hero
