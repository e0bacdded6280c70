// Its two words betray any part of it.
export const password = 'hunter2@/tr0ub4dor'
export const betrayal = /hunter2|tr0ub4dor/
