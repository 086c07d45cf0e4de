/** Reports how high the document is, in CSS pixels, whenever that changes. */
export function reportHeight(report: (height: number) => void): void {
  let reported = 0
  const look = () => {
    const { offsetHeight, scrollHeight } = document.documentElement
    // scrollHeight is never below the window's height, so it counts only if the content overflows.
    const height = scrollHeight > innerHeight ? scrollHeight : offsetHeight
    if (height === reported) return
    reported = height
    report(height)
  }
  const observer = new ResizeObserver(look)
  observer.observe(document.documentElement)
  addEventListener('load', () => {
    observer.observe(document.body)
    look()
  })
}
