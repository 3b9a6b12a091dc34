import { h } from './dom.js'

const KEY = 'diqa-theme'

/** A switch between light and dark; until it is used, the system decides. */
export function themeSwitch(): HTMLElement {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const root = document.documentElement
  const isDark = () => (root.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark'
  const kept = remembered()
  if (kept) root.dataset.theme = kept
  const button = h('button', { type: 'button', class: 'theme' })
  const say = () => {
    button.textContent = isDark() ? 'Light' : 'Dark'
    button.setAttribute('aria-label', isDark() ? 'Use light colours' : 'Use dark colours')
  }
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark'
    remember(root.dataset.theme)
    say()
  })
  system.addEventListener('change', say)
  say()
  return button
}

/** Some browsers keep nothing for a file. */
function remembered(): string | null {
  try {
    const theme = localStorage.getItem(KEY)
    return theme === 'dark' || theme === 'light' ? theme : null
  } catch {
    return null
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // Then it holds for this page alone.
  }
}
