/* The editing desk in the browser: the filter of the list, and the form with its two buttons. */
(function () {
  "use strict";

  var filter = document.getElementById("filter");
  if (filter) {
    filter.addEventListener("input", function () {
      var words = filter.value.trim().toLowerCase();
      document.querySelectorAll("section li").forEach(function (row) {
        row.hidden = row.textContent.toLowerCase().indexOf(words) < 0;
      });
    });
  }

  var holder = document.getElementById("data");
  if (!holder) return;
  var data = JSON.parse(holder.textContent);
  var said = document.getElementById("said");
  var check = document.getElementById("check");
  var save = document.getElementById("save");
  var saved = true;

  JSONEditor.defaults.languages.zh = Object.assign({}, JSONEditor.defaults.languages.en, {
    button_add_row_title: "加一项{{0}}",
    button_delete_row_title: "删去这一项",
    button_delete_row_title_short: "删去",
    button_delete_last: "删去最后一项",
    button_delete_all: "全部删去",
    button_move_up_title: "上移",
    button_move_down_title: "下移",
    button_copy_row_title: "复制",
    button_collapse: "收起",
    button_expand: "展开",
    default_array_item_title: "一项"
  });
  JSONEditor.defaults.language = "zh";

  if (data.files.length > 1) {
    data.schema.properties["写到"] = {
      type: "string", enum: data.files, title: "写到哪个文件", propertyOrder: -1
    };
  }
  var editor = new JSONEditor(document.getElementById("form"), {
    schema: data.schema,
    startval: data.values,
    theme: "html",
    disable_collapse: true,
    disable_edit_json: true,
    disable_properties: true,
    disable_array_delete_all_rows: true,
    disable_array_delete_last_row: true,
    no_additional_properties: false,
    prompt_before_delete: false,
    show_errors: "never"
  });

  editor.on("ready", function () {
    editor.on("change", function () {
      save.disabled = true;
      saved = false;
    });
  });
  window.addEventListener("beforeunload", function (event) {
    if (!saved) event.preventDefault();
  });

  function element(tag, text, name) {
    var made = document.createElement(tag);
    made.textContent = text;
    if (name) made.className = name;
    return made;
  }

  function empty(value) {
    if (value === null || typeof value !== "object") return !String(value).trim();
    return Object.keys(value).every(function (key) { return empty(value[key]); });
  }

  /** The field of a problem: its keys lead there, not counting entries of a list left empty. */
  function field(keys) {
    var path = "root", value = editor.getValue(), found = null;
    keys.forEach(function (key) {
      if (Array.isArray(value)) {
        var filled = Object.keys(value).filter(function (at) { return !empty(value[at]); });
        key = key in filled ? filled[key] : key;
      }
      value = value && value[key];
      path += "." + key;
      found = document.querySelector('[data-schemapath="' + CSS.escape(path) + '"]') || found;
    });
    return found;
  }

  /** Say a problem beside the field that it belongs to, and lead there from the list of all. */
  function tell(problem) {
    var look = problem.error ? "bad" : "doubt";
    var row = element("p", problem.text, look);
    var place = field(problem.keys);
    said.appendChild(row);
    if (!place) return;
    place.appendChild(element("p", problem.text, look + " found"));
    var go = element("button", problem.keys[0], "go");
    go.type = "button";
    go.addEventListener("click", function () {
      var inputs = place.querySelectorAll("input:not([readonly]), select, textarea");
      var buttons = place.querySelectorAll("button");  // of a list that is empty
      var shown = [...inputs, ...buttons].find(function (one) { return one.offsetParent; });
      place.scrollIntoView({ block: "center" });
      if (shown) shown.focus({ preventScroll: true });
    });
    row.prepend(go, " ");
  }

  /** A list of changes: key, what was, what is. */
  function changes(title, found) {
    if (!found.length) return;
    var list = document.createElement("ul");
    found.forEach(function (change) {
      var row = element("li", change.key + "：");
      row.append(element("del", change.old || "（没有）"), " → ", element("ins", change.new || "（删去）"));
      list.appendChild(row);
    });
    said.append(element("p", title), list);
  }

  function show(answer) {
    document.querySelectorAll(".found").forEach(function (line) { line.remove(); });
    said.textContent = "";
    if (answer.wrong) said.appendChild(element("p", answer.wrong, "bad"));
    changes("文件里现在是：", answer.meanwhile);
    answer.problems.forEach(tell);
    changes(answer.saved ? "已经保存：" : "要改的：", answer.changes);
    if (answer.saved) {
      said.appendChild(element("p", "已经写进 " + answer.path + "，预览过几秒更新。", "good"));
    } else if (answer.good) {
      said.appendChild(element("p", "检查过了，可以保存。", "good"));
    } else if (answer.problems.some(function (p) { return p.error; })) {
      said.appendChild(element("p", "没有保存：先改正上面的错误。你填的内容都还在。", "bad"));
    }
    said.focus();
  }

  function refused(text) {
    return { wrong: text, meanwhile: [], changes: [], problems: [] };
  }

  /** Dates that are typed in part, or that no month has: the browser gives them as nothing. */
  function undated() {
    var all = Array.from(document.querySelectorAll('#form input[type="date"]'));
    return all.filter(function (input) { return input.validity.badInput; });
  }

  function send(where) {
    var odd = undated();
    if (odd.length) {
      var names = odd.map(function (input) { return "“" + input.labels[0].textContent + "”"; });
      save.disabled = true;
      show(refused(names.join("、") + "不是一个完整的、有的日子，没有保存。改好再检查。"));
      return;
    }
    var values = Object.assign({}, editor.getValue());
    var path = values["写到"] || data.path;
    delete values["写到"];
    var body = { kind: data.kind, id: data.id, base: data.base, values: values, path: path };
    check.disabled = save.disabled = true;
    said.textContent = "正在检查……";
    return fetch(where, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Token": data.token },
      body: JSON.stringify(body)
    }).then(function (answer) {
      if (answer.ok) return answer.json();
      return answer.text().then(refused);
    }).catch(function () {
      return refused("预览已经停了，没有保存。记下改动，重新启动后打开再改。");
    }).then(function (answer) {
      show(answer);
      check.disabled = false;
      save.disabled = !answer.good || answer.saved;
      if (!answer.saved) return;
      saved = true;
      if (!data.id) {
        location.href = address((values["编号"] || values["词条"]).trim());
        return;
      }
      return fetch(address(data.id)).then(function (page) { return page.text(); }).then(function (html) {
        var fresh = new DOMParser().parseFromString(html, "text/html").getElementById("data");
        data.base = JSON.parse(fresh.textContent).base;
      });
    });
  }

  function address(id) {
    return "/edit?kind=" + data.kind + "&id=" + encodeURIComponent(id);
  }

  check.addEventListener("click", function () { send("/check"); });
  save.addEventListener("click", function () { send("/save"); });
  document.getElementById("form").addEventListener("submit", function (event) { event.preventDefault(); });
})();
