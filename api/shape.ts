/** The parts of OpenAPI 3.1 that our document has. */

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** JSON Schema 2020-12, as far as our schemas need it. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  title?: string
  description?: string
  format?: string
  pattern?: string
  default?: Json
  examples?: Json[]
  enum?: Json[]
  const?: Json
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  propertyNames?: Schema
  maxProperties?: number
  items?: Schema
  minItems?: number
  maxItems?: number
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  anyOf?: Schema[]
  allOf?: Schema[]
}

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  description: string
  schema: Schema
  example?: Json
}

export interface Example {
  summary?: string
  value: Json
}

export interface Media {
  schema: Schema
  examples?: Record<string, Example>
}

export interface Header {
  description: string
  schema: Schema
}

export interface Answer {
  description: string
  headers?: Record<string, Header | { $ref: string }>
  content?: Record<string, Media>
}

export type SecurityScheme = 'admin' | 'basic' | 'session'

export interface Operation {
  operationId: string
  tags: [string]
  summary: string
  description?: string
  security: Partial<Record<SecurityScheme, never[]>>[]
  parameters?: Parameter[]
  requestBody?: { required: boolean; description?: string; content: Record<string, Media> }
  responses: Record<string, Answer | { $ref: string }>
}

export type Method = 'get' | 'put' | 'post' | 'patch' | 'delete'
export type Paths = Record<string, Partial<Record<Method, Operation>>>

export interface OpenApi {
  openapi: '3.1.0'
  info: { title: string; version: string; summary: string; description: string; license: object }
  servers: { url: string; description: string }[]
  tags: { name: string; description: string }[]
  security: []
  paths: Paths
  components: {
    securitySchemes: Record<SecurityScheme, object>
    schemas: Record<string, Schema>
    headers: Record<string, Header>
    responses: Record<string, Answer>
  }
}
