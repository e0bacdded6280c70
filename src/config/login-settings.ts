import { createHmac, randomBytes } from 'node:crypto'
import type { Values } from '../options/option.ts'
import type { Address, Credentials, Endpoint } from '../targets/address.ts'
import { bytesOfText } from '../targets/any-bytes.ts'
import { fixedLogin, isLoginFailure, loginFailure } from '../targets/login.ts'
import type { RunPasswordCommand } from '../targets/password-command.ts'
import { createPasswordFile, type FilePassword, type ServerUser } from '../targets/password-file.ts'
import { secret } from '../targets/secret.ts'
import type { Login, ReadCredentials } from '../targets/wanted-target.ts'
import { options } from './options.ts'
import type { SettingMistake } from './target-settings.ts'

/** The settings that say as whom to log in. */
export interface LoginSettings
  extends Pick<Values<typeof options>, 'user' | 'password' | 'passwordFile' | 'passwordCommand'>,
    Partial<Pick<Values<typeof options>, 'discoverUser' | 'discoverPasswordsFile'>> {
  readonly address: Address
}

/** How passwords are read that stand elsewhere. */
export interface PasswordReaders {
  /** As texts of any bytes. */
  readonly readFile: (path: string) => Promise<string>
  readonly runCommand: RunPasswordCommand
}

/** For whoever only reads the configuration. */
export const noPasswords: PasswordReaders = {
  readFile: async () => {
    throw loginFailure('passwords are not read here')
  },
  runCommand: async () => {
    throw loginFailure('commands are not run here')
  },
}

/**
 * The login that settings ask for. A password on its own wins over one that stands elsewhere, as
 * with the Go exporter, and that over the one in the address, which is the first there.
 */
export function createLogin(settings: LoginSettings, readers: PasswordReaders): Login {
  const login = ownLogin(settings, readers)
  return { ...login, forNode: (endpoint) => nodeLogin(settings, endpoint, login, readers) }
}

/** A node has the login of the address, unless another one is given for nodes or for it alone. */
function nodeLogin(
  settings: LoginSettings,
  endpoint: Endpoint,
  login: Login,
  readers: PasswordReaders,
): Login {
  const { discoverUser, discoverPasswordsFile } = settings
  const { database, credentials } = settings.address
  if (!discoverUser && !discoverPasswordsFile) {
    if (!settings.passwordFile) return login
    // The file may name it.
    return ifNamed(
      ownLogin({ ...settings, address: { endpoint, database, credentials } }, readers),
      login,
    )
  }
  const given = {
    address: { endpoint, database, credentials: discoverPasswordsFile ? {} : credentials },
    ...(discoverUser ? { user: discoverUser } : {}),
    ...(discoverPasswordsFile
      ? { password: undefined, passwordCommand: undefined, passwordFile: discoverPasswordsFile }
      : {}),
  }
  return ownLogin({ ...settings, ...given }, readers)
}

function ifNamed(login: Login, other: Login): Login {
  async function read(): Promise<ReadCredentials | undefined> {
    try {
      const credentials = await login.read()
      return credentials.isUnnamed ? undefined : credentials
    } catch (failure) {
      if (!isLoginFailure(failure)) throw failure
      return undefined
    }
  }

  return {
    from: `${login.from} or ${other.from}`,
    read: async () => (await read()) ?? other.read(),
  }
}

function ownLogin(settings: LoginSettings, readers: PasswordReaders): Login {
  const { passwordFile, passwordCommand } = settings
  const fixed = fixedCredentials(settings)
  const elsewhere = !settings.password?.reveal()
  if (elsewhere && passwordCommand)
    return readLogin(`command ${mark(JSON.stringify(passwordCommand))}`, fixed, async () => ({
      password: await readers.runCommand(passwordCommand),
      isUnnamed: false,
    }))
  if (elsewhere && passwordFile) {
    const read = createPasswordFile(() => readers.readFile(passwordFile), serverUser(settings))
    return readLogin(`file ${passwordFile}`, fixed, read)
  }
  return fixedLogin(fixed, `settings ${describe(fixed)}`)
}

/** That a password stands in two places, of which neither wins. */
export function loginMistakeOf({
  passwordFile,
  passwordCommand,
}: Omit<LoginSettings, 'address'>): SettingMistake | undefined {
  if (!passwordFile || !passwordCommand) return undefined
  const what = `--${options.passwordFile.flags[0]} is given as well; give one of them`
  return { option: options.passwordCommand, what }
}

/** Whose password is looked for in a file. */
export function serverUser({ address, user }: LoginSettings): ServerUser {
  return { endpoint: address.endpoint, user: user || address.credentials.user }
}

/** Whether the settings name a user, and nothing to log in with. */
export function isUserAlone(settings: LoginSettings): boolean {
  const { user, password } = fixedCredentials(settings)
  return Boolean(user) && !password && !settings.passwordFile && !settings.passwordCommand
}

function readLogin(from: string, fixed: Credentials, read: () => Promise<FilePassword>): Login {
  return {
    from: `${from} ${describe(fixed)}`,
    async read() {
      const { password, isUnnamed } = await read()
      if (isUnnamed) return { ...fixed, isUnnamed }
      return password === '' ? fixed : { ...fixed, password: secret(password) }
    },
  }
}

function fixedCredentials({ address, user, password }: LoginSettings): Credentials {
  return {
    ...address.credentials,
    // Left empty, they are not given.
    ...(user ? { user } : {}),
    ...(password?.reveal() ? { password } : {}),
  }
}

function describe({ user = '', password }: Credentials): string {
  return JSON.stringify([user, password ? mark(password.reveal()) : ''])
}

let keyOfMarks: Buffer | undefined

/** Stands for a secret within this process: the same for the same one, and of no use elsewhere. */
function mark(text: string): string {
  keyOfMarks ??= randomBytes(32)
  return createHmac('sha256', keyOfMarks).update(bytesOfText(text)).digest('hex').slice(0, 16)
}
