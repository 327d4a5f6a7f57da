/** Takes out of Lit's `reactive-element.js` what the tag never uses, for the scripts that an edge serves. */
import type { Plugin } from 'vite'

/** What is taken out, and what stands in its place: the text of the version that package.json pins. */
const UNUSED: readonly (readonly [text: string, instead: string])[] = [
  // All attributes of the tag are strings.
  ['switch(s){case Boolean:t=t?l:null;break;case Object:case Array:t=null==t?t:JSON.stringify(t)}', ''],
  [
    'let i=t;switch(s){case Boolean:i=null!==t;break;case Number:i=null===t?null:Number(t);break;case Object:case Array:try{i=JSON.parse(t)}catch(t){i=null}}return i',
    'return t',
  ],
  ['c=a.trustedTypes,l=c?c.emptyScript:"",', ''],
  // The tag has no decorators, and nobody extends its class.
  ['static addInitializer(t){this._$Ei(),(this.l??=[]).push(t)}', ''],
  ['this.requestUpdate(),this.constructor.l?.forEach(t=>t(this))', 'this.requestUpdate()'],
  ['void 0!==t.l&&(this.l=[...t.l]),', ''],
  [
    'const t=this[Symbol.metadata];if(null!==t){const s=litPropertyMetadata.get(t);if(void 0!==s)for(const[t,i]of s)this.elementProperties.set(t,i)}',
    '',
  ],
  ['Symbol.metadata??=Symbol("metadata"),a.litPropertyMetadata??=new WeakMap;', ''],
  // No polyfill, and no warning about several versions of Lit: an edge's script brings its own.
  [',p?.({ReactiveElement:y}),(a.reactiveElementVersions??=[]).push("2.1.2");', ';'],
  ['p=a.reactiveElementPolyfillSupport,', ''],
  ['a=globalThis,', ''],
  // The tag's one controller stays.
  ['removeController(t){this._$EO?.delete(t)}', ''],
]

/** Fails where Lit's text is another: then what is taken out has to be looked at again. */
export const unusedLit: Plugin = {
  name: 'unused-lit',
  enforce: 'pre',
  transform: {
    filter: { id: /reactive-element\.js$/ },
    handler: (code) =>
      UNUSED.reduce((rest, [text, instead]) => {
        const [before, after, ...more] = rest.split(text)
        if (before === undefined || after === undefined || more.length > 0)
          throw new Error(`Lit has not once: ${text}`)
        return before + instead + after
      }, code),
  },
}
