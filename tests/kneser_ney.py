#!/usr/bin/python3
"""What an interpolated Kneser-Ney model of characters makes of the end of a text: what a network has to be better than.

    kneser_ney.py TEXT [--length 64] [--test 0.1] [--order 3]

It is fitted to the windows of `length` characters that graph-runner trains on, and judged by those that `split: {test: …}`
leaves at the end: the same characters are predicted. Prints the mean of -log p in nats a character.

With n(a b c) the number of times that c follows a b in the training part, N(· b c) the number of different characters
before b c, N(a b ·) that of those after a b, and |V| that of all:

    p(c | a b) = max(n(a b c) - D₃, 0) / n(a b ·)   + D₃ N(a b ·) / n(a b ·)   p(c | b)
    p(c | b)   = max(N(· b c) - D₂, 0) / N(· b ·)   + D₂ N(b ·)   / N(· b ·)   p(c)
    p(c)       = max(N(· c) - D₁, 0)   / N(· ·)     + D₁ |V|      / N(· ·)     1 / |V|

where N(· b ·) = Σ_c N(· b c), N(· ·) = Σ_c N(· c), and D = n₁ / (n₁ + 2 n₂) of each order, n₁ and n₂ the numbers of its
counts that are 1 and 2. What stands before was never seen: p(c | a b) = p(c | b). For every context that was seen, and
some that were not, the probabilities must sum to 1.

Sources: Kneser & Ney, "Improved backing-off for m-gram language modeling", ICASSP 1995; Chen & Goodman, "An empirical
study of smoothing techniques for language modeling", Computer Speech and Language 13 (1999), sections 2.7 and 3.
"""
import argparse
import collections
import math
import sys


class KneserNey:
    def __init__(self, text, order):
        self.order = order
        self.characters = sorted(set(text))
        # counts[k]: of k characters, how often they stand there (of `order` of them) or after how many different ones.
        self.counts = {order: collections.Counter(text[i : i + order] for i in range(len(text) - order + 1))}
        for k in range(order - 1, 0, -1):
            self.counts[k] = collections.Counter(gram[1:] for gram in self.counts[k + 1])
        self.totals, self.kinds, self.discounts = {}, {}, {}
        for k, counts in self.counts.items():
            self.totals[k], self.kinds[k] = collections.Counter(), collections.Counter()
            for gram, count in counts.items():
                self.totals[k][gram[:-1]] += count
                self.kinds[k][gram[:-1]] += 1
            frequencies = collections.Counter(counts.values())
            ones, twos = frequencies[1], frequencies[2]
            self.discounts[k] = ones / (ones + 2 * twos) if ones else 0

    def probability(self, context, character):
        p = 1 / len(self.characters)
        for k in range(1, self.order + 1):
            before = context[len(context) - k + 1 :] if k > 1 else ""
            total = self.totals[k][before]
            if len(before) < k - 1 or total == 0:
                break
            discount = self.discounts[k]
            rest = discount * self.kinds[k][before] / total
            p = max(self.counts[k][before + character] - discount, 0) / total + rest * p
        return p

    def check(self):
        """Probabilities sum to 1 after every context that was seen, and after some that were not."""
        contexts = {gram[:-1] for gram in self.counts[self.order]} | {"", self.characters[0] * (self.order - 1)}
        for context in contexts:
            total = math.fsum(self.probability(context, c) for c in self.characters)
            assert abs(total - 1) < 1e-12, f"after {context!r} the probabilities sum to {total}"


def parts(text, length, test):
    """The characters that are trained on, and the number of those from which on characters are judged, as graph-runner
    cuts a text: ⌊(n - 1) / length⌋ windows, of which ⌊test · windows + ½⌋ are for testing."""
    windows = (len(text) - 1) // length
    trained = windows - math.floor(test * windows + 0.5)
    return trained * length + 1, windows * length + 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text")
    parser.add_argument("--length", type=int, default=64)
    parser.add_argument("--test", type=float, default=0.1)
    parser.add_argument("--order", type=int, default=3)
    options = parser.parse_args()
    with open(options.text, encoding="utf-8", newline="") as file:
        text = file.read()
    first, end = parts(text, options.length, options.test)
    model = KneserNey(text[:first], options.order)
    model.check()
    unknown = sorted(set(text[first:end]) - set(model.characters))
    if unknown:
        sys.exit(f"kneser_ney.py: the characters {unknown} stand in the test part alone")
    loss = -math.fsum(
        math.log(model.probability(text[i - options.order + 1 : i], text[i])) for i in range(first, end)
    ) / (end - first)
    print(f"{loss:.4f}")


if __name__ == "__main__":
    main()
