// Evaluated before each test file; what it imports is evaluated once for all files of a process.
import './runtime-thread.ts'
