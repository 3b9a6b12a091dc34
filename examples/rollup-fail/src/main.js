import hero from './hero.jpg'

console.log(hero)
