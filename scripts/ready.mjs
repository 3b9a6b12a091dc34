// Installs and builds the workspace, with nothing but Node and npm on the machine. Silent unless it fails.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const root = new URL('..', import.meta.url)
const { packageManager } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))

function run(title, command) {
  process.stderr.write(`${title} ...\n`)
  const { status, stdout, stderr } = spawnSync(command, { cwd: root, shell: true, encoding: 'utf8' })
  if (status === 0) return
  process.stderr.write(`${stdout}${stderr}\nExpected "${command}" to succeed but it ended with code ${status}.\n`)
  process.exit(2)
}

run('Installing', `npx -y ${packageManager} install --frozen-lockfile --prefer-offline`)
run('Building', 'npm run --silent build')
