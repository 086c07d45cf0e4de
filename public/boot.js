// Runs before the first paint, so that neither looks nor language flash. It is a plain file because the page's policy
// allows no inline script. The keys are those of src/i18n (thinktab-locale) and of the settings of the appearance.
;(function () {
  var root = document.documentElement
  var locale = null
  try {
    locale = localStorage.getItem('thinktab-locale')
    ;['theme', 'text-size', 'density'].forEach(function (name) {
      var value = localStorage.getItem('thinktab-' + name)
      if (value) root.setAttribute('data-' + name, value)
    })
  } catch {
    // Storage is refused (private browsing, blocked cookies): the browser's own theme and language then hold.
  }
  if (locale) root.lang = locale
})()
