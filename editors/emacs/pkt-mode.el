;;; pkt-mode.el --- scripts of protodrill -*- lexical-binding: t -*-
;; SPDX-License-Identifier: MIT

;;; Commentary:
;; Colours and comments of packet scripts.  With eglot (Emacs 29, or its package) `M-x eglot' starts
;; `protodrill lsp', which checks while one types.

;;; Code:

(defvar pkt-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?/ ". 124b" table)
    (modify-syntax-entry ?* ". 23" table)
    (modify-syntax-entry ?\n "> b" table)
    (modify-syntax-entry ?_ "w" table)
    (modify-syntax-entry ?$ "_" table)
    table))

(defconst pkt-font-lock-keywords
  '(("^[ \t]*//!\\(.*\\)$" 0 font-lock-doc-face t)
    ("^[ \t]*--[a-z0-9_]+" . font-lock-preprocessor-face)
    ("^[ \t]*[+*]?[ \t]*[0-9.~+]*" . font-lock-type-face)
    ("\\_<\\(include\\|macro\\|repeat\\|for\\|in\\|if\\|else\\|let\\|nothing\\)\\_>" . font-lock-keyword-face)
    ("\\_<\\(unordered\\|either\\|peer\\|stream\\|fragment\\)\\_>" . font-lock-keyword-face)
    ("[<>][ \t]+\\([SFRPUEWA.?]+\\)[ \t]" 1 font-lock-builtin-face)
    ("\\$[A-Za-z_][A-Za-z0-9_]*" . font-lock-variable-name-face)
    ("\\_<[A-Z][A-Z0-9_]\\{2,\\}\\_>" . font-lock-constant-face)
    ("\\_<\\([a-z_][a-z0-9_]*\\)(" 1 font-lock-function-name-face)))

;;;###autoload
(define-derived-mode pkt-mode prog-mode "Pkt"
  "Major mode for packet scripts."
  (setq-local comment-start "// ")
  (setq-local comment-end "")
  (setq-local font-lock-defaults '(pkt-font-lock-keywords)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.pkt\\'" . pkt-mode))

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(pkt-mode . ("protodrill" "lsp"))))

(provide 'pkt-mode)
;;; pkt-mode.el ends here
