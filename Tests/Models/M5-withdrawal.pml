/* M5. A withdrawal during a session: one peer, one stream, grants and withdrawals in any order.
 * Never is a delivery disclosed while the newest rule is a withdrawal. In the end the peer holds
 * every event if the newest rule is a grant, and no row of the share set counts if it is not.
 * Each action is one transaction of the store or one step of the engine, and stands for:
 *   COUNTS            ShareRows.swift `ShareValidity`: against withdrawals that are not worked off
 *   ENTITLED          WriterState+Share.swift `decide`: against all withdrawals
 *   work off, decide  WriterState+Jobs.swift `stepWithdrawal`, `stepGrant`; and `materialise`
 *   join, leave       ShareRows.swift `join`, `leave`; OwedRows.swift `oweAll`
 *   read a page       SiteStore+Outgoing.swift `feedRows`, OutgoingFlow+Reading.swift `take`
 *   read an event     SiteStore+Outgoing.swift `owedEvents`, OwedLane.swift: a pass, page by page
 *   disclose          SiteStore+Disclose.swift `disclose`: the commit of the delivery's entries
 *   move, settle      SiteStore+Outgoing.swift `moveCursor`, `settleOwed` */
#define RULES  4                     /* grants and withdrawals, together */
#define EVENTS 3
#define CUTS   1                     /* sessions lost, other than for a permit that is gone */

byte policy, granted, withdrawn;     /* the newest policy version, and that of each kind of rule */
byte open;                           /* withdrawals that are not worked off: bit v for version v */
byte row, joined, version;           /* the row's policy version, 0: none; versions of the set */
byte events, cursor, got, cuts;      /* the feed; what the peer holds, bit p for position p */
byte after, through;                 /* the owed row; through 0: none */
byte page, pageVersion, queue;       /* a page of the feed, 0: none; what of it is to be sent */
byte item, place, passVersion;       /* an event that is owed, 0: none; how far its pass has come */
bool isToSend, calm; byte i;

#define COUNTS    (row > 0 && (open >> row) == 0)
#define ENTITLED  (granted > withdrawn)
#define UPTO(p)   ((2 << (p)) - 2)
#define MAX(a, b) ((a) > (b) -> (a) : (b))

#ifdef BROKEN_QUEUED_ONLY            /* the permit of the time when the event was queued */
#define MAY_LEAVE true
#else
#define MAY_LEAVE COUNTS
#endif
#ifdef BROKEN_JOB_OVERWRITES         /* a grant's job does not see what was worked off meanwhile */
#define DECIDED   (granted > 0 && (open >> granted) == 0)
#else
#define DECIDED   ENTITLED
#endif
#ifdef BROKEN_ROW_KEPT               /* a row that did not count is only given another version */
#define MAY_STAY  true
#else
#define MAY_STAY  COUNTS
#endif
#ifdef BROKEN_PASSED_OVER            /* the cursor passes what joined after the page was read */
#define IS_LATE   false
#else
#define IS_LATE   (row > 0 && joined > pageVersion)
#endif
#ifdef BROKEN_STALE_SETTLED          /* settles what was owed anew since its pass began */
#define MAY_SETTLE true
#else
#define MAY_SETTLE (joined <= passVersion)
#endif

inline join()   { version++; joined = version; row = granted; through = cursor }
inline leave()  { version++; row = 0; after = 0; through = 0 }
inline lose()   { page = 0; queue = 0; item = 0; place = 0; isToSend = false }
inline forget() { if :: after >= through && through <= cursor -> after = 0; through = 0 :: else fi }

init {
    do
    /* People write, grant, withdraw; sessions are lost; `calm` ends that at any moment. */
    :: !calm && events < EVENTS -> events++
    :: !calm && policy < RULES -> atomic { policy++; granted = policy }
    :: !calm && policy < RULES -> atomic { policy++; withdrawn = policy; open = open | 1 << policy }
    :: !calm && cuts < CUTS -> atomic { cuts++; lose() }
    :: !calm -> calm = true
    /* Work off the oldest withdrawal; decide, for a grant's job or new evidence. */
    :: open -> atomic {
        i = 1; do :: (open >> i) & 1 -> break :: else -> i++ od;
        if :: row > 0 && row <= i -> leave() :: else fi;
        open = open & ~(1 << i); i = 0 }
    :: DECIDED && row != granted -> atomic {
        if :: row > 0 && MAY_STAY -> row = granted :: row > 0 && !MAY_STAY -> leave(); join()
        :: row == 0 -> join() fi }
    /* The feed: read a page, disclose it, move the cursor once that is answered. */
    :: !page && events > cursor -> atomic { page = events; pageVersion = version;
        queue = (COUNTS -> UPTO(events) & ~UPTO(MAX(cursor, through)) : 0) }
    :: queue && MAY_LEAVE -> atomic { assert(ENTITLED); got = got | queue; queue = 0 }
    :: page && !queue -> atomic {
        if :: IS_LATE && !through -> after = cursor; through = page
        :: IS_LATE && through -> through = MAX(through, page) :: !IS_LATE fi;
        cursor = page; page = 0; pageVersion = 0; forget() }
    /* What is owed: read an event, disclose it, settle it once that is answered. */
    :: !item && MAX(after, place) < through -> atomic {
        if :: !place -> passVersion = version :: else fi;
        item = MAX(after, place) + 1; isToSend = COUNTS; queue = queue & ~UPTO(through) }
    :: isToSend && MAY_LEAVE -> atomic { assert(ENTITLED); got = got | 1 << item; isToSend = false }
    :: item && !isToSend -> atomic { place = item; item = 0;
        if :: MAY_SETTLE && through -> after = MAX(after, place); forget() :: else fi }
    :: !item && place && MAX(after, place) >= through -> atomic { place = 0; passVersion = 0 }
    /* A permit is gone: deliveries are numbered without gaps, so the session ends. */
    :: (queue || isToSend) && !MAY_LEAVE -> atomic { lose() }
    :: else -> break
    od;
    assert(ENTITLED -> COUNTS && got == UPTO(events) : !COUNTS)
}
