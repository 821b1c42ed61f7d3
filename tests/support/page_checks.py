"""What a page is asked about itself: JavaScript that gives what is wrong with it, or what it consists of."""

from __future__ import annotations

# Whether it is there for screen readers only.
_UNSEEN = """const unseen = one => Boolean(one)
    && (getComputedStyle(one).clipPath === 'inset(50%)' || unseen(one.parentElement));"""

# Elements whose text is cut off by their own box.
CLIPPED = f"""() => {{ {_UNSEEN}
return [...document.querySelectorAll('body *')].filter(one => {{
    const style = getComputedStyle(one);
    const hides = ['hidden', 'clip'].includes(style.overflowX) || ['hidden', 'clip'].includes(style.overflowY);
    return hides && !unseen(one) && one.innerText?.trim()
        && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
}}).map(one => one.outerHTML.slice(0, 200));
}}"""

# Pairs of texts that lie over each other.
OVERLAPPING = f"""() => {{ {_UNSEEN}
    const boxes = [], range = document.createRange();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {{
        const node = walker.currentNode, parent = node.parentElement;
        if (!node.data.trim() || parent.closest('.skip, svg') || unseen(parent) || !parent.checkVisibility()) continue;
        range.selectNodeContents(node);
        for (const box of range.getClientRects()) boxes.push([box, node.data.trim().slice(0, 60)]);
    }}
    const found = [];
    for (const [i, [one, words]] of boxes.entries())
        for (const [other, others] of boxes.slice(i + 1)) {{
            const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
            const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
            if (width > 2 && height > Math.min(one.height, other.height) / 2) found.push([words, others]);
        }}
    return found;
}}"""

# Pixels by which the page is wider than its window.
TOO_WIDE = "() => Math.max(0, document.documentElement.scrollWidth - innerWidth)"

# Each element with text of its own, and the size of its letters in pixels.
LETTERS = """() => [...document.querySelectorAll('body *')]
    .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
    .map(one => [one.tagName + '.' + one.className, parseFloat(getComputedStyle(one).fontSize)])"""

# Levels of the headings, in order.
HEADINGS = """() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6, [role=heading]')]
    .filter(one => one.checkVisibility())
    .map(one => Number(one.ariaLevel || one.tagName.slice(1)))"""

# Words that stand in attributes, each with the language it is spoken in.
LABELS = """() => {
    const names = ['aria-label', 'aria-description', 'alt', 'title', 'placeholder'];
    return [...document.querySelectorAll(names.map(name => `[${name}]`))]
        .flatMap(one => names.map(name => [one.closest('[lang]')?.lang ?? '', one.getAttribute(name)]))
        .filter(([_, words]) => words);
}"""

# How many stops the keyboard has to make.
STOPS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter(one => one.checkVisibility() && !one.disabled && one.tabIndex >= 0 && one.type !== 'hidden').length"""

# Where the keyboard is, how often it has been there, whether that is outlined and not covered; null for nowhere.
FOCUSED = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const outlined = box => getComputedStyle(box).outlineStyle !== 'none'
        && parseFloat(getComputedStyle(box).outlineWidth) >= 2;
    const frame = one.parentElement.closest(':focus-within:not(html, body, main, article)');  // of a field in a box
    const box = [...one.getClientRects()].find(box => box.width && box.height);
    const seen = box && document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    one.dataset.visits = Number(one.dataset.visits ?? 0) + 1;
    return {
        what: one.outerHTML.slice(0, 160),
        visits: Number(one.dataset.visits),
        outlined: outlined(one) || Boolean(frame && outlined(frame)),
        uncovered: Boolean(seen && (one.contains(seen) || seen.contains(one))),
    };
}"""
