/** What esbuild is told, so that it writes each spread of an object by way of its helpers. */
export const spreadByHelpers = { 'object-rest-spread': false } as const

const helpers = [
  [/__spreadValues=\(a,b\)=>\{.*?return a\}/, '__spreadValues=Object.assign'],
  [/__spreadProps=\(a,b\)=>__defProps\(a,__getOwnPropDescs\(b\)\)/, '__spreadProps=Object.assign'],
] as const

// It would be read once, and its value kept.
const getterBehindSpread = /__spreadProps\(__spreadValues\([^;]{0,500}?\),\{get \w+\(/

/**
 * Has a program that esbuild wrote so spread objects by `Object.assign`. Node.js 20 gives each object to
 * which something is added behind a spread a hidden class of its own, in the old generation: a poll made
 * seventy of them. From Node.js 22 on both do the same.
 */
export function spreadByAssign(program: string): string {
  if (getterBehindSpread.test(program)) throw new Error('a getter stands behind a spread')
  let text = program
  for (const [helper, byAssign] of helpers) {
    if (!helper.test(text)) throw new Error(`esbuild writes its helpers otherwise than ${helper}`)
    text = text.replace(helper, byAssign)
  }
  return text
}
