import { svelte } from '@sveltejs/vite-plugin-svelte'
import { svelteTesting } from '@testing-library/svelte/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [
    vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === 'biuwer-embed' } } }),
    svelte(),
    svelteTesting(),
  ],
  test: { include: ['**/*.test.{js,jsx}'] },
})
