import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Report } from '../../report.js'
import type { FormatOptions } from '../format.js'
import { headline } from '../headline.js'
import { payloadOf } from './payload-of.js'

/** Both seen from `src` and from `dist`. */
const PACKAGE = new URL('../../../', import.meta.url)

/** The modules of the page, each after those that it uses. */
const MODULES = [
  'words',
  'dom',
  'pictures',
  'filter',
  'histogram',
  'groups',
  'row',
  'list',
  'detail',
  'toolbar',
  'theme',
  'main',
]

/**
 * A page in one file: it needs no network, no server, and nothing beside it. What the report says is in it as data, which
 * its script puts into text; its policy lets nothing run or load but what is in the file.
 */
export function html(report: Report, { pictures }: FormatOptions = {}): string {
  const { style, script } = page()
  const data = payloadOf(report, pictures)
  const title = escaped(headline(report))
  const policy = [
    `default-src 'none'`,
    `script-src '${digest(script)}'`,
    `style-src '${digest(style)}'`,
    `img-src data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} – diqa</title>
<style>${style}</style>
</head>
<body>
<header class="top"><span class="brand">diqa</span><span class="kind">Image quality report</span></header>
<main id="report"><h1>${title}</h1><noscript><p>The list of images needs JavaScript, which this browser has turned off.</p></noscript></main>
<script type="application/json" id="payload">${json(data.payload)}</script>
<script type="application/json" id="pictures">${json(data.pictures)}</script>
<script>${script}</script>
</body>
</html>
`
}

let read: { style: string; script: string } | undefined

function page(): { style: string; script: string } {
  read ??= {
    style: `\n${readFileSync(new URL('assets/report.css', PACKAGE), 'utf8')}`,
    script: linked(MODULES.map((name) => readFileSync(new URL(`dist/format/html/page/${name}.js`, PACKAGE), 'utf8'))),
  }
  return read
}

/** Modules as one script: they have one scope, in which no two things go by the same name. */
function linked(modules: string[]): string {
  const bodies = modules.map((code) =>
    code
      .replace(/^import [^;]*?from '.*';?$/gm, '')
      .replace(/^export (?=(?:async )?function|class|const|let)/gm, '')
      .replace(/^export \{\};?$/gm, '')
      .replace(/^\/\/# sourceMappingURL=.*$/gm, '')
      .trim(),
  )
  return `\n(() => {\n'use strict'\n${bodies.join('\n')}\n})()\n`
}

function digest(code: string): string {
  return `sha256-${createHash('sha256').update(code).digest('base64')}`
}

/** Data in which no "</script>" and no comment can begin. */
function json(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c')
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!)
}
