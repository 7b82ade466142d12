/* Compiler attributes of the public interface: visibility, must-check, printf formats. */
#ifndef AUG_EXPORT_H
#define AUG_EXPORT_H

#if defined(__GNUC__)
#define AUG_API __attribute__((visibility("default")))
#define AUG_MUST_CHECK __attribute__((warn_unused_result))
#define AUG_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define AUG_API
#define AUG_MUST_CHECK
#define AUG_PRINTF(text, first)
#endif

#endif
