import { deflateRawSync } from 'node:zlib'

type Cell = string | number | undefined

/** A workbook as Excel lays it out: texts in the shared strings, empty cells left out, one part stored, the others packed. */
export function writeXlsx(sheets: Readonly<Record<string, readonly (readonly Cell[])[]>>): Buffer {
  const shared: string[] = []
  const share = (text: string) => shared.push(text) - 1
  const entries = Object.entries(sheets)
  const parts: Record<string, string> = {
    'xl/workbook.xml': `<workbook><sheets>${entries
      .map(([name], i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`)
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${entries
      .map((_, i) => `<Relationship Id="rId${i + 1}" Type="worksheet" Target="worksheets/sheet${i + 1}.xml"/>`)
      .join('')}</Relationships>`,
  }
  for (const [i, [, rows]] of entries.entries()) {
    const xml = rows.map(
      (row, r) => `<row r="${r + 1}">${row.map((cell, c) => cellXml(cell, r, c, share)).join('')}</row>`,
    )
    parts[`xl/worksheets/sheet${i + 1}.xml`] = `<worksheet><sheetData>${xml.join('')}</sheetData></worksheet>`
  }
  const strings = shared.map((text) => `<si><r><t>${escaped(text)}</t></r><rPh sb="0" eb="1"><t>read</t></rPh></si>`)
  parts['xl/sharedStrings.xml'] = `<sst>${strings.join('')}</sst>`
  return zip(parts)
}

function cellXml(cell: Cell, row: number, column: number, share: (text: string) => number): string {
  if (cell === undefined) return ''
  const at = `${String.fromCharCode(65 + column)}${row + 1}`
  return typeof cell === 'number'
    ? `<c r="${at}" s="1"><v>${cell}</v></c>`
    : `<c r="${at}" t="s"><v>${share(cell)}</v></c>`
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

function zip(parts: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let at = 0
  for (const [index, [path, text]] of Object.entries(parts).entries()) {
    const [name, plain] = [Buffer.from(path), Buffer.from(text)]
    const packed = index === 0 ? plain : deflateRawSync(plain)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(name.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(index === 0 ? 0 : 8, 10)
    entry.writeUInt32LE(packed.length, 20)
    entry.writeUInt32LE(plain.length, 24)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt32LE(at, 42)
    locals.push(local, name, packed)
    central.push(entry, name)
    at += local.length + name.length + packed.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Object.keys(parts).length, 10)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, ...central, end])
}
