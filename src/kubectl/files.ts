export { readAll, readFile as readBytes, readText as readFile, writeFile } from '../kernel';
