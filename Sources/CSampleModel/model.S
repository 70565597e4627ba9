// The build system does not see that this file depends on the model: touch it when the model changes.
  .section .rodata
  .globl sample_model_begin
  .globl sample_model_end
  .balign 64
sample_model_begin:
  .incbin "scenes.safetensors"
sample_model_end:
  .byte 0
  .section .note.GNU-stack, "", %progbits
