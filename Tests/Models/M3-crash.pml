/* M3. Crashes between commit, send and fsync: a site that writes one stream, its client, a peer.
 * What was acknowledged is durable; what the cursor passed is durable at the peer; no counter names
 * two contents, and none is left out. In the end both sides hold the same, and the client knows.
 * Each action is one step of the writer, the disk or the network, and stands for:
 *   write, fail        WriterState+Local.swift `nextHeader`; WriteTransaction.swift `runInSavepoint`
 *   commit, sync       WriteTransaction.swift `runAndCommit`: `synchronous=FULL`; readers see nothing
 *                      of a commit before it is synced
 *   acknowledge        GroupCommitter.swift `commit`, which returns after `runBatch`
 *   send               SiteStore+Disclose.swift `disclose`: reads committed rows only
 *   take, answer       SiteStore+Disclose.swift `accept`, which returns the outcomes to be answered
 *   move the cursor    OutgoingFlow+Answers.swift `settleAnswered`, SiteStore+Outgoing.swift
 *   crash              the vector, and with it the next counter, is read from the database */
#define WRITES  4
#define CRASHES 2
#define CUTS    2

byte held, disk;                     /* events in the transaction, and durable: bit c for counter c */
byte cursor, diskCursor, sent;
byte cached;                         /* the writer's newest counter, as its cache has it */
byte id[5], peerID[5];               /* what stands under a counter: the number of its write */
byte acked, writes, crashes, cuts;
byte peerHeld, peerDisk, busy, i;    /* the peer's; the delivery that it has not answered, or 0 */
bool isWritten, peerIsWritten, calm; /* a commit is written, and not synced */
chan wire = [2] of { byte, byte };
chan back = [2] of { byte };

#define HAS(set, c) (((set) >> (c)) & 1)
#define UPTO(c)     ((2 << (c)) - 2)

#ifdef BROKEN_ACKNOWLEDGED_EARLY     /* before the commit */
#define DONE     held
#else
#define DONE     disk
#endif
#ifdef BROKEN_SENT_EARLY             /* what is not committed */
#define SENDABLE held
#else
#define SENDABLE disk
#endif
#ifdef BROKEN_ANSWERED_EARLY         /* before the commit at the peer */
#define ANSWERED peerHeld
#else
#define ANSWERED peerDisk
#endif
#ifdef BROKEN_CURSOR_EARLY           /* before the answer */
#define PASSED   cursor = sent
#else
#define PASSED   skip
#endif
#ifdef BROKEN_CACHE_KEPT             /* a write that was rolled back has used up its counter */
#define FAILED   cached++
#else
#define FAILED   skip
#endif

inline lose() {
    do :: wire?i, _ :: back?i :: len(wire) + len(back) == 0 -> break od;
    i = 0; busy = 0; sent = cursor
}

init {
    do
    /* The site: a write joins the open transaction, or fails and is rolled back alone. */
    :: !calm && writes < WRITES && !isWritten -> atomic {
        writes++; cached++; id[cached] = writes; held = held | 1 << cached }
    :: !calm && writes < WRITES && !isWritten -> atomic { writes++; FAILED }
    :: !isWritten && (held != disk || cursor != diskCursor) -> isWritten = true
    :: isWritten -> atomic { disk = held; diskCursor = cursor; isWritten = false }
    :: acked != (acked | DONE) -> acked = acked | DONE
    :: HAS(SENDABLE, sent + 1) && len(wire) < 2 -> atomic { sent++; wire!sent, id[sent]; PASSED }
    :: len(back) && !isWritten -> back?cursor
    /* The peer: a delivery is stored, and answered once that is durable. */
    :: len(wire) && !busy && !peerIsWritten -> atomic {
        wire?busy, i;
        assert(HAS(peerHeld, busy) -> peerID[busy] == i : busy == 1 || HAS(peerHeld, busy - 1));
        peerID[busy] = i; peerHeld = peerHeld | 1 << busy; i = 0 }
    :: !peerIsWritten && peerHeld != peerDisk -> peerIsWritten = true
    :: peerIsWritten -> atomic { peerDisk = peerHeld; peerIsWritten = false }
    :: busy && HAS(ANSWERED, busy) && len(back) < 2 -> atomic { back!busy; busy = 0 }
    /* A commit that was written and not synced may or may not outlive a crash. */
    :: !calm && crashes < CRASHES -> atomic {
        crashes++;
        if :: isWritten -> disk = held; diskCursor = cursor :: skip fi;
        isWritten = false; held = disk; cursor = diskCursor; cached = 0;
        do :: HAS(disk, cached + 1) -> cached++ :: else -> break od;
        lose(); assert(!(acked & ~disk)) }
    :: !calm && crashes < CRASHES -> atomic {
        crashes++;
        if :: peerIsWritten -> peerDisk = peerHeld :: skip fi;
        peerIsWritten = false; peerHeld = peerDisk; lose() }
    :: !calm && cuts < CUTS -> atomic { cuts++; lose() }
    :: !calm -> calm = true
    :: else -> break
    od;
    assert(acked == disk && peerDisk == disk && disk == UPTO(cached));
    do :: HAS(disk, cached) -> assert(id[cached] == peerID[cached]); cached-- :: else -> break od
}
