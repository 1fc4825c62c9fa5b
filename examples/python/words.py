"""words.py FILE [--tqdm] -- the ten commonest words of a file, and how far it is."""
import collections
import sys

import headway


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: words.py FILE [--tqdm]")
    path, *options = sys.argv[1:]
    words = collections.Counter()
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = file.readlines()
    around = headway.tqdm if "--tqdm" in options else headway.progress
    for line in around(lines, name="words", unit="lines"):
        words.update(line.split())
    for word, n in words.most_common(10):
        print(n, word)


main()
