/** Where a message comes from: the ordered lane, the unordered one, or a round over the parked ones. */
export type SendLane = 'transaction' | 'event' | 'parked';
