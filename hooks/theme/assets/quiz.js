/* The self-test: says right or wrong when an answer is opened. Nothing is stored or sent. */
(function () {
  "use strict";
  var questions = Array.prototype.slice.call(document.querySelectorAll(".question"));
  var score = document.querySelector(".score");
  var right = 0;
  var answered = 0;

  function chosen(form) {
    return Array.prototype.map.call(
      form.querySelectorAll("input:checked"),
      function (input) { return input.value; }
    ).join("");
  }

  function judge(form) {
    var given = chosen(form);
    var verdict = form.querySelector(".verdict");
    if (form.hasAttribute("data-done")) return;
    if (!given) {
      verdict.textContent = "没有作答，这一题不计入成绩。";
      return;
    }
    var good = given === form.getAttribute("data-answer");
    form.setAttribute("data-done", good ? "right" : "wrong");
    verdict.textContent = good ? "✓ 答对了。" : "✕ 答错了，你选的是 " + given + "。";
    form.querySelectorAll("input").forEach(function (input) { input.disabled = true; });
    answered += 1;
    right += good ? 1 : 0;
    score.textContent = "已答 " + answered + " / " + questions.length + " 题，答对 " + right + " 题。";
  }

  questions.forEach(function (form) {
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.querySelector(".answer").addEventListener("toggle", function (event) {
      if (event.target.open) judge(form);
    });
  });
})();
