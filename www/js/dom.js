/*
 * dom.js - the two things that every part of the element does with the page.
 *
 * Owns: making elements that a stylesheet outside can reach (a part for each class), and writing text.
 * Never: parses HTML.
 */

export function make(tag, name) {
  const element = document.createElement(tag);
  element.className = name;
  element.setAttribute('part', name);
  return element;
}

/** Where a thousand rows change a few words each, what stays the same is not touched. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
