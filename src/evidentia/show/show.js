// The script of the pages that `evidentia show` serves. It computes the SHA-256 of a file that is chosen or dropped, here
// in the browser, and asks the server for that digest by the form that works without it too. No byte of the file is sent.
'use strict'
{
  const LARGEST = 512 * 1024 * 1024 // bytes: WebCrypto hashes only what is in memory whole
  const by = id => document.getElementById(id)
  const form = by('search'), field = by('sha256'), file = by('file')

  const tell = id => {
    for (const one of ['hashing', 'too_large', 'unreadable']) by(one).hidden = one !== id
  }

  const ask = async chosen => {
    if (chosen.size > LARGEST) return tell('too_large')
    tell('hashing')
    try {
      const digest = await crypto.subtle.digest('SHA-256', await chosen.arrayBuffer())
      field.value = [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, '0')).join('')
      form.submit()
    } catch {
      tell('unreadable')
    }
  }

  if (form && window.crypto && crypto.subtle) {
    by('choose').hidden = false
    file.addEventListener('change', () => file.files.length && ask(file.files[0]))
    document.addEventListener('dragover', event => {
      event.preventDefault()
      document.body.classList.add('over')
    })
    document.addEventListener('dragleave', () => document.body.classList.remove('over'))
    document.addEventListener('drop', event => {
      event.preventDefault()
      document.body.classList.remove('over')
      const [dropped] = event.dataTransfer.files
      const text = event.dataTransfer.getData('text/plain').trim()
      if (dropped) return ask(dropped)
      if (/^[0-9a-fA-F]{64}$/.test(text)) {
        field.value = text
        form.submit()
      }
    })
  }

  // The language that was chosen on one page is that of the next.
  const choices = document.querySelectorAll('input[name="language"]')
  const kept = sessionStorage.getItem('language')
  for (const one of choices) {
    if (one.id === kept) one.checked = true
    one.addEventListener('change', () => sessionStorage.setItem('language', one.id))
  }

  const answer = by('answer')
  if (answer) answer.focus()
}
