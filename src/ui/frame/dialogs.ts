export type DialogName = 'about' | 'keyboard' | 'reset' | 'share';
