/// Texts that some sink or other would take for syntax. Every sink is tried with all of them.
package let hostileTexts = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'; DROP TABLE device; --",
    "a:b:c", "\\", "ends in \\", "\\n\\l\\r\\c", "%n%s%d %999999999lf", "STACK", "dashes",
    "skipscale", "strftime", "=HYPERLINK(\"http://x\")", "{{name}}", "{{{name}}}", "\u{1b}[31mred",
    "line\nbreak", "tab\there", "\u{202e}reversed", "nul\u{0}inside", "emoji 🦊", "–—…",
    "../../etc/passwd", "$(reboot)", "`reboot`", "${HOME}", "&amp; & <", "--daemon=unix:x",
    String(repeating: "long ", count: 200),
]
