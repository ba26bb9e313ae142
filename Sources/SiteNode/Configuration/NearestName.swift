/// Finds the known name that somebody probably meant.
package enum NearestName {
    /// The candidate with the fewest changes of one character, the first of equals; nil if it is
    /// further than a third of the word's length, at least two: then it is no typing error.
    package static func of(_ word: String, among candidates: [String]) -> String? {
        var best: (name: String, distance: Int)?
        for name in candidates {
            let found = distance(word, name)
            if found < best?.distance ?? .max { best = (name, found) }
        }
        guard let best, best.distance <= max(2, word.count / 3) else { return nil }
        return best.name
    }

    /// Insertions, deletions, replacements and exchanges of neighbours that turn one word into the
    /// other (optimal string alignment: Damerau 1964, Levenshtein 1966).
    package static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left)
        let right = Array(right)
        var before: [Int] = []
        var above = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                let replaced = above[j] + (left[i] == right[j] ? 0 : 1)
                var least = min(above[j + 1] + 1, row[j] + 1, replaced)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    least = min(least, before[j - 1] + 1)
                }
                row.append(least)
            }
            before = above
            above = row
        }
        return above[right.count]
    }
}
