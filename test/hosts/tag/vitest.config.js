// Inlined packages are the way in which a test runner may load Lit's development build.
export default {
  test: {
    include: ['**/*.test.js'],
    testTimeout: 30_000,
    server: { deps: { inline: [/biuwer-embed|lit/] } },
  },
}
