/** The tag as a classic script: `<script src="https://EDGE/biuwer-embed.iife.js">`. */
import { define } from '../define.ts'
import { es } from '../panel/messages/es.ts'
import { loadDiagnosis, loadLanguages } from './load.ts'

// Null once the script has run, and in scripts that a loader evaluates.
const script = document.currentScript
const edge = script instanceof HTMLScriptElement && script.src ? new URL(script.src).origin : null
define(edge, loadDiagnosis, loadLanguages, { es })
