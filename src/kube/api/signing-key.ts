/** The key that signs service account tokens, as their header names it: the hash of its public half, here the cluster authority's. */
export const signingKeyId = 'olqiq1KvkLFsuMh-SmsCMrDpasDNkiMpzZ6TxRUeDks';
