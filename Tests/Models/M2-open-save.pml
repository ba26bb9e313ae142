/* M2. Forms that are opened and saved while other changes arrive, and a feed: one element, a node
 * and a person for each of three replicas, and a feed at the first node.
 * No value ends unless who ended it was shown it, or, a feed, had sent it. And ending the heads that
 * were shown ends the same as ending all that was ever shown.
 * Each action stands for:
 *   heads        HeadRows.swift: what no other change on the element names in `supersedes`
 *   deliver      Admission.swift `decide`: an event is accepted after all it builds on
 *   feed         WriterState+Import.swift `prepare` and `ownHead`: supersedes only what the source
 *                itself wrote, though it finds every head that the node holds
 *   open, save   rules 2 and 3 of merging: a form supersedes the heads that it showed when it was
 *                opened. No form is built yet: whatever shows values is held to this */
#define NODES  3
#define EVENTS 4

byte held[NODES];                    /* events that a node holds: bit v for event v */
byte shown[NODES], everShown[NODES]; /* what an open form shows; all that its person was shown */
bool isOpen[NODES];
byte events, sent;                   /* how many there are; those of the feed */
byte past[EVENTS], ends[EVENTS];     /* what an event builds on, and what it supersedes */
byte known[EVENTS], all[EVENTS];     /* what its author had on the screen, and ever had, or sent */
byte n, v, set;
byte rightly, ever;                  /* ended by who was shown it; ended if all ever shown were */

#define HAS(set, v) (((set) >> (v)) & 1)
#define ALL         ((1 << events) - 1)

#ifdef BROKEN_SAVE_TIME              /* a form ends what the node holds when it is saved */
#define SAVED(n) heads(held[n])
#else
#define SAVED(n) set = shown[n]
#endif
#ifdef BROKEN_FEED_TIME              /* so does a feed */
#define FED      heads(held[0])
#else
#define FED      heads(held[0]); set = set & sent
#endif

inline heads(among) {
    set = among; v = 0;
    do
    :: v < events -> if :: HAS(among, v) -> set = set & ~ends[v] :: else fi; v++
    :: else -> break
    od;
    v = 0
}
inline write(node) {
    ends[events] = set; past[events] = held[node]; held[node] = held[node] | 1 << events; set = 0
}

init {
    do
    :: events < EVENTS -> atomic {
        select(n : 0 .. NODES - 1);
        if
        :: !isOpen[n] -> atomic {
            heads(held[n]); shown[n] = set; everShown[n] = everShown[n] | set; isOpen[n] = true }
        :: isOpen[n] -> atomic {
            SAVED(n); known[events] = shown[n]; all[events] = everShown[n]; write(n); events++;
            shown[n] = 0; isOpen[n] = false }
        :: n == 0 -> atomic {
            FED; known[events] = sent; all[events] = sent; write(0); sent = sent | 1 << events;
            events++ }
        fi; n = 0; set = 0 }
    /* Any event reaches any node, in any order that leaves no gap in what it builds on. */
    :: events > 0 && events < EVENTS -> atomic {
        select(n : 0 .. NODES - 1); select(v : 0 .. EVENTS - 1);
        if
        :: v < events && !HAS(held[n], v) && !(past[v] & ~held[n]) -> held[n] = held[n] | 1 << v
        :: else
        fi; n = 0; v = 0 }
    :: events == EVENTS -> break
    od;
    atomic {
        heads(ALL);
        do
        :: n < events ->
            rightly = rightly | (ends[n] & known[n]); ever = ever | all[n]; n++
        :: else -> break
        od;
        assert((ALL & ~set & ~rightly) == 0);
        assert((ALL & ~set) == ever)
    }
}
