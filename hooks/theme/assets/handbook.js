/* Copies citations, prints parts of a page, fits tables to phones. No dependencies, no network, no
   modules, so that it also runs from file://; every page reads well without it. */
(function () {
  "use strict";
  var root = document.documentElement;

  function each(selector, visit, inside) {
    Array.prototype.forEach.call((inside || document).querySelectorAll(selector), visit);
  }

  function make(tag, css, text) {
    var element = document.createElement(tag);
    element.className = css;
    if (text) element.textContent = text;
    return element;
  }

  function button(css, text, action) {
    var element = make("button", css, text);
    element.type = "button";
    if (action) element.addEventListener("click", action);
    return element;
  }

  // Announcements, seen and read out

  var toast = make("div", "toast");
  var timer;
  toast.setAttribute("role", "status");
  toast.setAttribute("aria-live", "polite");
  document.body.appendChild(toast);

  function say(text) {
    clearTimeout(timer);
    toast.textContent = text;
    timer = setTimeout(function () { toast.textContent = ""; }, 4000);
  }

  // 复制引文

  /* 《title》第十二条第二款第（三）项; a title inside the title gets single marks. */
  function citation(link) {
    var text = link.closest("[data-title]");
    var head = document.querySelector("h1");
    var title = text ? text.getAttribute("data-title") : head ? head.textContent : document.title;
    title = title.replace(/^《(.*)》$/, "$1").replace(/《/g, "〈").replace(/》/g, "〉");
    return "《" + title + "》" + link.getAttribute("data-cite");
  }

  /* For pages opened from a disk or over plain http, where there is no clipboard object. */
  function copyBySelection(text) {
    var area = make("textarea", "");
    var focused = document.activeElement;
    area.value = text;
    area.setAttribute("readonly", "");
    area.style.cssText = "position:fixed;top:0;opacity:0";
    document.body.appendChild(area);
    area.select();
    var done = false;
    try { done = document.execCommand("copy"); } catch (error) { done = false; }
    document.body.removeChild(area);
    if (focused && focused.focus) focused.focus();
    say(done ? "已复制：" + text : "没能复制，请手动抄录：" + text);
  }

  function copy(text) {
    if (!navigator.clipboard || !window.isSecureContext) return copyBySelection(text);
    navigator.clipboard.writeText(text).then(
      function () { say("已复制：" + text); },
      function () { copyBySelection(text); }
    );
  }

  // Chapters and parts are headings, whose text must stay as it is for the contents list
  each(":is(h2, h3)[data-cite]", function (heading) {
    var link = make("a", "pl", "¶");
    link.href = "#" + heading.id;
    link.setAttribute("data-cite", heading.getAttribute("data-cite"));
    heading.appendChild(link);
  });

  var pattern = button("copy", "复制引文");
  each(".pl[data-cite]", function (link) {
    var copier = pattern.cloneNode(true);
    var cite = link.getAttribute("data-cite");
    copier.setAttribute("aria-label", "复制引文：" + cite);
    link.setAttribute("aria-label", cite + "的链接");
    link.title = "本条款的链接";
    link.parentNode.insertBefore(copier, link.nextSibling);
  });
  document.addEventListener("click", function (event) {
    var copier = event.target.closest && event.target.closest("button.copy");
    if (copier) copy(citation(copier.previousElementSibling));
  });

  // Printing one part of a page

  function print(part) {
    root.setAttribute("data-print", part);
    window.print();
  }
  window.addEventListener("afterprint", function () { root.removeAttribute("data-print"); });

  each("table.checklist", function (list) {
    list.parentNode.insertBefore(
      button("print", "打印清单", function () { print("checklist"); }), list
    );
  });

  // Material opens every fold-out for print, so a slip that is wanted on paper is marked
  each("details.slip", function (slip) {
    slip.appendChild(button("print", "打印勘误单", function () { print("slip"); }));
    slip.querySelector("summary").addEventListener("click", function () {
      var place = decodeURIComponent(location.hash.slice(1));
      var target = place && document.getElementById(place);
      var link = target && target.querySelector("[data-cite]");
      var where = slip.querySelector("[data-slip=where]");
      if (where) where.textContent = link ? link.getAttribute("data-cite") : "";
      slip.classList.toggle("wanted", !slip.open);
    });
  });

  // Tables: on a phone a row is read as a card, each value with the head of its column

  each(".md-typeset table[class]", function (table) {
    var heads = table.tHead && table.tHead.rows[0] ? table.tHead.rows[0].cells : [];
    if (heads.length < (table.classList.contains("load") ? 5 : 2)) return;
    table.classList.add("stack");
    var names = Array.prototype.map.call(heads, function (head) { return head.textContent; });
    var name = Math.max(0, names.indexOf("事项")); // the column that names the row
    each("tbody tr", function (row) {
      Array.prototype.forEach.call(row.cells, function (cell, column) {
        cell.setAttribute("data-label", names[column] || "");
      });
      if (row.cells[name]) row.cells[name].classList.add("name");
    }, table);
  });

  // Matrix: the unit of the pointed cell stands out

  each(".matrix table", function (table) {
    var lit;
    function light(event) {
      var cell = event.target.closest("td");
      var head = cell && table.tHead ? table.tHead.rows[0].cells[cell.cellIndex] : null;
      if (head === lit) return;
      if (lit) lit.classList.remove("on");
      if (head) head.classList.add("on");
      lit = head;
    }
    table.addEventListener("mouseover", light);
    table.addEventListener("focusin", light);
  });

  // The menu button by keyboard; Material itself takes Enter

  var drawer = document.getElementById("__drawer");
  document.addEventListener("keydown", function (event) {
    var press = event.key === " " && event.target.matches("label[for=__drawer]");
    var leave = event.key === "Escape" && drawer && drawer.checked;
    if (!press && !leave) return;
    event.preventDefault();
    drawer.checked = press && !drawer.checked;
  });

  // Terms: where nothing hovers, the first tap shows the definition and a second one follows the link

  var shown;
  document.addEventListener("click", function (event) {
    var term = event.target.closest && event.target.closest("a.term");
    if (!term || term === shown || !window.matchMedia("(hover: none)").matches) return;
    event.preventDefault();
    shown = term;
    say(term.textContent + "：" + term.title);
  });
})();
