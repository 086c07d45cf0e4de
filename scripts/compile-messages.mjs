/** Compiles the message catalogues into src/i18n/paraglide, which the linter and the type checker read. */
import { compile } from '@inlang/paraglide-js'
import { MESSAGE_COMPILER } from '../config/i18n.mjs'

await compile(MESSAGE_COMPILER)
