/** Saves a file that the console made, as a download. */
export function download(name: string, csv: string): void {
  const url = URL.createObjectURL(new Blob([csv], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // Once the click is dispatched the download has its own reference to the data.
  setTimeout(() => URL.revokeObjectURL(url))
}
