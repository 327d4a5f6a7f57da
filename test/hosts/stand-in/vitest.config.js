// happy-dom 20 would ask the network for Biuwer's page.
const environmentOptions = { happyDOM: { settings: { disableIframePageLoading: true } } }
/** Has Vitest run the package's modules itself, so that `vi.resetModules` reaches them. */
const inline = { server: { deps: { inline: [/biuwer-embed/] } } }

export default {
  test: { include: ['**/*.test.js'], environmentOptions, ...(process.env.INLINE && inline) },
}
