/** The header by which a client logs in with this user and password, as `user:password`. */
export const basic = (text: string | Buffer) => `Basic ${Buffer.from(text).toString('base64')}`
