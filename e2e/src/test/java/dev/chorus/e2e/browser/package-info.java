/** The page in a real browser: headless Chromium, driven by its DevTools protocol. */
package dev.chorus.e2e.browser;
