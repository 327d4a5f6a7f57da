// The one name of the platform that decisions use: browsers, workers and Node all have it.
declare class URL {
  static canParse(text: string): boolean
  constructor(text: string)
  readonly origin: string
  readonly hostname: string
}
