import { transform } from 'lightningcss'
import type { Plugin } from 'vite'

/** Minifies the style sheets inside of template strings, which minifiers of scripts leave as they are. */
export const compactStyles: Plugin = {
  name: 'compact-styles',
  transform: {
    filter: { id: /panel\/styles\.ts$/ },
    handler: (code) =>
      code.replace(/STYLES = `([^`]*)`/, (_, sheet: string) => {
        const { code: minified } = transform({
          filename: 'panel.css',
          code: Buffer.from(sheet),
          minify: true,
        })
        return `STYLES = \`${minified}\``
      }),
  },
}
