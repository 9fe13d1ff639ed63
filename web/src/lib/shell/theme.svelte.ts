import { browser } from '$app/env';

const key = 'casefold.theme';
type Theme = 'light' | 'dark';

/** Light or dark: the system's, until the person chooses. The script in app.html applies it before the first paint. */
class ThemeChoice {
  current = $state<Theme>(browser && document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light');

  toggle(): void {
    this.#apply(this.current === 'dark' ? 'light' : 'dark');
    try {
      localStorage.setItem(key, this.current);
    } catch {
      // Storage is off: the choice holds for this page.
    }
  }

  /** Follows the system while nothing was chosen; stops when the returned function is called. */
  followSystem(): () => void {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => {
      if (!this.#kept()) this.#apply(query.matches ? 'dark' : 'light');
    };
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }

  #kept(): string | null {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }

  #apply(theme: Theme): void {
    this.current = theme;
    document.documentElement.dataset.theme = theme;
  }
}

export const theme = new ThemeChoice();
