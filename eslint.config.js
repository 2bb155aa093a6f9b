import tseslint from 'typescript-eslint';
import svelte from 'eslint-plugin-svelte';
import svelteConfig from './svelte.config.js';

const core = [
  'src/clock.ts',
  'src/kernel/**',
  'src/programs/**',
  'src/shell/**',
  'src/kube/**',
  'src/kubectl/**',
  'src/manifest/**',
  'src/lessons/**',
  'src/sandbox/**',
];

export default tseslint.config(
  { ignores: ['dist/', '**/generated/', 'node_modules/', 'tests/recordings/', 'test-results/', 'playwright-report/'] },
  ...tseslint.configs.recommended,
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
  },
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/no-empty-object-type': 'off',
      'no-control-regex': 'off',
      'no-constant-condition': 'off',
      'prefer-const': ['error', { destructuring: 'all' }],
      // Svelte's type checker knows the names better.
      'no-undef': 'off',
    },
  },
  {
    // Time and randomness come from clock.ts alone. `new Date(ms)` and Date.UTC are pure and stay allowed.
    files: core,
    ignores: ['src/sandbox/host*'],
    rules: {
      'no-restricted-globals': [
        'error',
        'setTimeout',
        'setInterval',
        'setImmediate',
        'requestAnimationFrame',
        'performance',
        'crypto',
        'fetch',
        'process',
        'window',
        'document',
        'self',
        'localStorage',
      ],
      'no-restricted-properties': ['error', { object: 'Date', property: 'now' }, { object: 'Math', property: 'random' }],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time comes from the clock.' },
        { selector: "CallExpression[callee.name='Date']", message: 'Time comes from the clock.' },
      ],
    },
  },
  { files: ['scripts/**', '*.config.*'], languageOptions: { globals: {} } },
);
