/** From a later V8 on a flag of ours may not be there, and V8 would complain of it, or Node not start. */
const V8_MAJOR_MAX = 14;

/** Whether flags of V8 that Node does not document may be set. */
export const isKnownV8 = Number.parseInt(process.versions.v8, 10) <= V8_MAJOR_MAX;
