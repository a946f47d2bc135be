"""The editing desk: forms for records in the browser, beside a preview, on this machine only.

`forms` says what a form shows, `saving` checks and writes, `server` speaks HTTP. The built site has
none of it. static/jsoneditor.js is @json-editor/json-editor 2.17.2 as its makers publish it (MIT),
SHA-256 c7a7278bf93d75e3de8b02a914ed36bd879a3e76105a87b6aa286a5a7885f4fc.
"""
