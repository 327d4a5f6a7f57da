/** Takes out of Lit's `reactive-element.js` what the tag never uses, for the scripts that an edge serves. */
import type { Plugin } from 'vite'

/** What is taken out, and what stands in its place: the text of the version that package.json pins. */
const UNUSED: readonly (readonly [text: string, instead: string])[] = [
  // All attributes of the tag are strings.
  [
    'u={toAttribute(t,s){switch(s){case Boolean:t=t?l:null;break;case Object:case Array:t=null==t?t:JSON.stringify(t)}return t},fromAttribute(t,s){let i=t;switch(s){case Boolean:i=null!==t;break;case Number:i=null===t?null:Number(t);break;case Object:case Array:try{i=JSON.parse(t)}catch(t){i=null}}return i}},',
    '',
  ],
  [',b={attribute:!0,type:String,converter:u,reflect:!1,useDefault:!1,hasChanged:f}', ''],
  [
    '_$AK(t,s){const i=this.constructor,e=i._$Eh.get(t);if(void 0!==e&&this._$Em!==e){const t=i.getPropertyOptions(e),h="function"==typeof t.converter?{fromAttribute:t.converter}:void 0!==t.converter?.fromAttribute?t.converter:u;this._$Em=e;const r=h.fromAttribute(s,t.type);this[e]=r??this._$Ej?.get(e)??r,this._$Em=null}}',
    '',
  ],
  // The tag is asked for observed attributes alone.
  ['this._$AK(t,i)', 'this[this.constructor._$Eh.get(t)]=i'],
  // Lit reflects no property of the tag.
  [
    '_$ET(t,s){const i=this.constructor.elementProperties.get(t),e=this.constructor._$Eu(t,i);if(void 0!==e&&!0===i.reflect){const h=(void 0!==i.converter?.toAttribute?i.converter:u).toAttribute(s,i.type);this._$Em=t,null==h?this.removeAttribute(e):this.setAttribute(e,h),this._$Em=null}}',
    '',
  ],
  [
    'if(!1===e&&(h=this[t]),i??=r.getPropertyOptions(t),!((i.hasChanged??f)(h,s)||i.useDefault&&i.reflect&&h===this._$Ej?.get(t)&&!this.hasAttribute(r._$Eu(t,i))))return;this.C(t,s,i)',
    'if(!f(this[t],s))return',
  ],
  [
    'C(t,s,{useDefault:i,reflect:e,wrapped:h},r){i&&!(this._$Ej??=new Map).has(t)&&(this._$Ej.set(t,r??s??this[t]),!0!==h||void 0!==r)||(this._$AL.has(t)||(this.hasUpdated||i||(s=void 0),this._$AL.set(t,s)),!0===e&&this._$Em!==t&&(this._$Eq??=new Set).add(t))}',
    '',
  ],
  ['this._$Em=null,', ''],
  [
    'requestUpdate(t,s,i,e=!1,h){if(void 0!==t){const r=this.constructor;',
    'requestUpdate(t,s){if(void 0!==t){',
  ],
  ['static getPropertyOptions(t){return this.elementProperties.get(t)??b}', ''],
  [',s=b)', ',s)'],
  [',u as defaultConverter', ''],
  [',s as adoptStyles', ''],
  [',t as getCompatibleStyle', ''],
  ['c=a.trustedTypes,l=c?c.emptyScript:"",', ''],
  // The tag has no accessors of its own for the properties that Lit makes some for.
  [
    'if(s.state&&(s.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(t)&&((s=Object.create(s)).wrapped=!0),this.elementProperties.set(t,s),!s.noAccessor){const i=Symbol(),h=this.getPropertyDescriptor(t,i,s);void 0!==h&&e(this.prototype,t,h)}}static getPropertyDescriptor(t,s,i){const{get:e,set:r}=h(this.prototype,t)??{get(){return this[s]},set(t){this[s]=t}};return{get:e,set(s){const h=e?.call(this);r?.call(this,s),this.requestUpdate(t,h,i)},configurable:!0,enumerable:!0}}',
    'if(this.elementProperties.set(t,s),!s.noAccessor){const i=Symbol();e(this.prototype,t,{get(){return this[i]},set(s){const h=this[i];this[i]=s,this.requestUpdate(t,h)},configurable:!0,enumerable:!0})}}',
  ],
  // No class of Lit's stands between the tag's and this one.
  [
    'static _$Ei(){if(this.hasOwnProperty(d("elementProperties")))return;const t=n(this);t.finalize(),void 0!==t.l&&(this.l=[...t.l]),this.elementProperties=new Map(t.elementProperties)}',
    '',
  ],
  [
    'if(this.hasOwnProperty(d("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(d("properties"))){const t=this.properties,s=[...r(t),...o(t)];for(const i of s)this.createProperty(i,t[i])}',
    'this.elementProperties=new Map;for(const[t,s]of Object.entries(this.properties))this.createProperty(t,s);',
  ],
  [',y[d("elementProperties")]=new Map,y[d("finalized")]=new Map', ''],
  // The browser asks for the observed attributes once.
  ['this.finalize(),this._$Eh&&[...this._$Eh.keys()]', 'this.finalize(),[...this._$Eh.keys()]'],
  [
    'const{is:i,defineProperty:e,getOwnPropertyDescriptor:h,getOwnPropertyNames:r,getOwnPropertySymbols:o,getPrototypeOf:n}=Object',
    'const{is:i,defineProperty:e}=Object',
  ],
  ['d=(t,s)=>t,', ''],
  [
    'const i=this._$Eu(t,s);void 0!==i&&this._$Eh.set(i,t)',
    '!1!==s.attribute&&this._$Eh.set(s.attribute??t.toLowerCase(),t)',
  ],
  [
    'static _$Eu(t,s){const i=s.attribute;return!1===i?void 0:"string"==typeof i?i:"string"==typeof t?t.toLowerCase():void 0}',
    '',
  ],
  // The tag adopts its own style sheet, and has no decorators, and none of Lit's hooks but `update` and a controller's `hostUpdate`.
  ['this.elementStyles=this.finalizeStyles(this.styles)', ''],
  [
    'const t=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return s(t,this.constructor.elementStyles),t',
    'return this.shadowRoot??this.attachShadow({mode:"open"})',
  ],
  ['y.elementStyles=[],y.shadowRootOptions={mode:"open"}', ''],
  [
    'import{getCompatibleStyle as t,adoptStyles as s}from"./css-tag.js";export{CSSResult,css,supportsAdoptingStyleSheets,unsafeCSS}from"./css-tag.js";',
    '',
  ],
  [
    'static finalizeStyles(s){const i=[];if(Array.isArray(s)){const e=new Set(s.flat(1/0).reverse());for(const s of e)i.unshift(t(s))}else void 0!==s&&i.push(t(s));return i}',
    '',
  ],
  ['static addInitializer(t){this._$Ei(),(this.l??=[]).push(t)}', ''],
  [
    'const t=this[Symbol.metadata];if(null!==t){const s=litPropertyMetadata.get(t);if(void 0!==s)for(const[t,i]of s)this.elementProperties.set(t,i)}',
    '',
  ],
  ['Symbol.metadata??=Symbol("metadata"),a.litPropertyMetadata??=new WeakMap;', ''],
  // The tag looks at no list of changed properties, and its updates wait until it is in the page, where it gets its shadow root.
  [
    'this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Ev()}_$Ev(){this._$ES=new Promise(t=>this.enableUpdating=t),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(t=>t(this))',
    'this.isUpdatePending=!1,this._$ES=new Promise(t=>this.enableUpdating=t),this._$E_(),this.requestUpdate()',
  ],
  ['enableUpdating(t){}', ''],
  [
    'const t=new Map,s=this.constructor.elementProperties;for(const i of s.keys())this.hasOwnProperty(i)&&(t.set(i,this[i]),delete this[i]);t.size>0&&(this._$Ep=t)',
    'this._$Ep=new Map;for(const t of this.constructor.elementProperties.keys())this.hasOwnProperty(t)&&(this._$Ep.set(t,this[t]),delete this[t])',
  ],
  [
    'const t=this.scheduleUpdate();return null!=t&&await t,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){',
    '',
  ],
  [
    'if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(const[t,s]of this._$Ep)this[t]=s;this._$Ep=void 0}const t=this.constructor.elementProperties;if(t.size>0)for(const[s,i]of t){const{wrapped:t}=i,e=this[s];!0!==t||this._$AL.has(s)||void 0===e||this.C(s,void 0,i,e)}}let t=!1;const s=this._$AL;try{t=this.shouldUpdate(s),t?(this.willUpdate(s),this._$EO?.forEach(t=>t.hostUpdate?.()),this.update(s)):this._$EM()}catch(s){throw t=!1,this._$EM(),s}t&&this._$AE(s)}willUpdate(t){}_$AE(t){this._$EO?.forEach(t=>t.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(t)),this.updated(t)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(t){return!0}',
    'for(const[t,s]of this._$Ep)this[t]=s;this._$Ep.clear();try{this._$EO.hostUpdate(),this.update()}catch(t){throw this.isUpdatePending=!1,t}return!this.isUpdatePending}get updateComplete(){return this._$ES}',
  ],
  [
    'update(t){this._$Eq&&=this._$Eq.forEach(t=>this._$ET(t,this[t])),this._$EM()}updated(t){}firstUpdated(t){}',
    'update(){this.isUpdatePending=!1}',
  ],
  // It has one controller, from its constructor on.
  [
    '(this._$EO??=new Set).add(t),void 0!==this.renderRoot&&this.isConnected&&t.hostConnected?.()',
    'this._$EO=t',
  ],
  ['this._$EO?.forEach(t=>t.hostConnected?.())', 'this._$EO.hostConnected()'],
  ['this._$EO?.forEach(t=>t.hostDisconnected?.())', 'this._$EO.hostDisconnected()'],
  ['removeController(t){this._$EO?.delete(t)}', ''],
  // No polyfill, and no warning about several versions of Lit: an edge's script brings its own.
  [',p?.({ReactiveElement:y}),(a.reactiveElementVersions??=[]).push("2.1.2");', ';'],
  ['p=a.reactiveElementPolyfillSupport,', ''],
  ['a=globalThis,', ''],
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
