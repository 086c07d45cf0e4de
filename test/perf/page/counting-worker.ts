/** The engine's own worker; the counter comes first, so that it sees every read. */
import './count-reads'
import '../../../src/engine/webllm/engine-worker'
