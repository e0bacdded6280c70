/** A body of more than the buffers of both ends of a connection hold. */
export const longComment = () => '# nothing but a comment\n'.repeat(1_000_000)
