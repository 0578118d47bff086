import { processIo } from './io.ts';
import { toolbox } from './toolbox.ts';

process.exitCode = await toolbox(process.argv.slice(2), processIo);
