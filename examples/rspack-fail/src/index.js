const image = document.createElement('img')
image.src = new URL('./coffee.jpg', import.meta.url).href
image.alt = 'A cup of coffee'
document.body.append(image)
